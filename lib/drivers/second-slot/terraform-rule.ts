import { NotCopied } from './not-copied.ts';
import type { RoutingAction } from '../rules/routing.ts';
import { regexesOf } from '../rules/rule-conditions.ts';
import { argument, block, type HclBlock, ignored, numbered, reference } from './hcl.ts';
import type { SecondRule, SecondSlot } from './slot-to-copy.ts';
import { isRecord } from '../../specification/text/is-record.ts';

/** Returns a rule of a second slot. @throws NotCopied where a condition cannot be written */
export function terraformRule(rule: SecondRule, index: number, { groups }: SecondSlot): HclBlock {
  const second = numbered(
    'second',
    groups.findIndex(({ arn }) => arn === rule.first),
  );
  return block(
    'resource',
    ['aws_lb_listener_rule', numbered('second', index)],
    [
      argument('listener_arn', rule.listener),
      argument('priority', rule.priority),
      ...rule.conditions.map(conditionOf),
      block(
        'action',
        [],
        [
          argument('type', 'forward'),
          block(
            'forward',
            [],
            [
              block('target_group', [], [argument('arn', rule.first), argument('weight', 100)]),
              block(
                'target_group',
                [],
                [argument('arn', reference(`aws_lb_target_group.${second}.arn`)), argument('weight', 0)],
              ),
              ...(rule.stickySeconds === undefined
                ? []
                : [block('stickiness', [], [argument('enabled', true), argument('duration', rule.stickySeconds)])]),
            ],
          ),
        ],
      ),
      ignored('action'),
    ],
  );
}

/**
 * `PathPatternConfig: { Values: […] }` is `path_pattern { values = […] }`, and so for every field.
 * @throws NotCopied for what older versions of the provider do not have
 */
function conditionOf({ Field, Values, ...configs }: RoutingAction): HclBlock {
  const field = textOf(Field)?.replaceAll('-', '_') ?? '';
  const [config = { Values }] = Object.values(configs).filter(isRecord);
  if (regexesOf(configs).length > 0) {
    throw new NotCopied(
      'A rule of the first slot has a regular expression, which not every version of the provider can write. Use --cloudformation or --cdk.',
    );
  }
  const pairs = Array.isArray(config['Values']) ? config['Values'].filter(isRecord) : [];
  if (Field === 'query-string') {
    const pair = ({ Key, Value }: Readonly<Record<string, unknown>>) =>
      block(field, [], [argument('key', textOf(Key)), argument('value', textOf(Value))]);
    return block('condition', [], pairs.map(pair));
  }
  const values = [
    argument('http_header_name', textOf(config['HttpHeaderName'])),
    argument('values', textsOf(config['Values'])),
  ];
  return block('condition', [], [block(field, [], values)]);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function textsOf(value: unknown): readonly string[] | undefined {
  const texts = Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
  return texts.length === 0 ? undefined : texts;
}
