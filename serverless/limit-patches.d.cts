import type { TemplateParts } from './generated-ids.cjs';

/** A change of a stage of an API. */
export interface StagePatch {
  readonly op: 'replace';
  readonly path: string;
  readonly value: string;
}

/** What `UpdateStage` has to be told so that the stage of the API has the limits of a template: two operations a route. */
export function limitPatches(template: TemplateParts): readonly StagePatch[];
