import * as z from 'zod';
import type { Actions } from '../api/action.ts';
import { AwsError } from '../aws-error.ts';
import { listOf, tagList, type TagList } from './form-schema.ts';
import type { Tagged } from './tagged.ts';
import { elbAction, findListener, findLoadBalancer, findRule, findTargetGroup, type ElbWorld } from './world.ts';

const mostTags = 50;

/** The tags of a request as they are kept. @throws AwsError DuplicateTagKeys */
export function tagsFrom(tags: TagList | undefined): Map<string, string> {
  const kept = new Map<string, string>();
  for (const { Key, Value } of tags ?? []) {
    if (kept.has(Key)) throw new AwsError('DuplicateTagKeys', `The tag key '${Key}' was specified more than once`);
    kept.set(Key, Value ?? '');
  }
  return kept;
}

export function tagActions({ model }: ElbWorld): Actions {
  const find = (arn: string): Tagged => {
    if (arn.includes(':targetgroup/')) return findTargetGroup(model, arn);
    if (arn.includes(':listener-rule/')) return findRule(model, arn);
    if (arn.includes(':listener/')) return findListener(model, arn);
    return findLoadBalancer(model, arn);
  };
  return {
    AddTags: elbAction(z.object({ ResourceArns: listOf(z.string()), Tags: tagList }), ({ ResourceArns, Tags }) => {
      const added = tagsFrom(Tags);
      const resources = ResourceArns.map(find);
      for (const { arn, tags } of resources) {
        if (new Set([...tags.keys(), ...added.keys()]).size > mostTags)
          throw new AwsError('TooManyTags', `The resource '${arn}' would have more than ${mostTags} tags`);
      }
      for (const { tags } of resources) for (const [key, value] of added) tags.set(key, value);
      return {};
    }),
    RemoveTags: elbAction(
      z.object({ ResourceArns: listOf(z.string()), TagKeys: listOf(z.string()) }),
      ({ ResourceArns, TagKeys }) => {
        for (const { tags } of ResourceArns.map(find)) for (const key of TagKeys) tags.delete(key);
        return {};
      },
    ),
    DescribeTags: elbAction(
      z.object({ ResourceArns: listOf(z.string()).pipe(z.array(z.string()).max(20)) }),
      ({ ResourceArns }) => ({
        TagDescriptions: ResourceArns.map(find).map(({ arn, tags }) => ({
          ResourceArn: arn,
          Tags: [...tags].map(([Key, Value]) => ({ Key, Value })),
        })),
      }),
    ),
  };
}
