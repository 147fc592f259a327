/** Verbs that take `--stage`; those of two words by their first. */
const plain =
  'abort|apply|approve|check|close|doctor|export|freeze|get|history|list|logs|open|pause|plan|promote|reconcile|reject|resume|retry|review|rollback|start|status|thaw|waiting|watch';
const families = 'alarms|emergency|incident|maintenance|notify|release|stack';

/** A command that is proposed, not one that is spoken of: it follows a colon, a bracket or an `or`. */
const proposed = new RegExp(
  String.raw`(?<=: |\(| or |run )sluice (?:(?:${families}) [a-z]+|${plain})(?![\w-])(?: (?![-'\x22])[^\s;:,()]*[^\s;:,.()])?([^;:()\n]*)`,
  'g',
);

/**
 * Returns a sentence whose proposed commands name the stage, and the region where one is named: without a stage they would act on
 * `production`. A command that names one stays as it is.
 * @example inStage('Roll it back: sluice rollback web --direct', { stage: 'staging' }) // … sluice rollback web --stage staging --direct
 */
export function inStage(
  text: string,
  { stage, region }: { readonly stage: string; readonly region?: string | undefined },
): string {
  return text.replaceAll(proposed, (command: string, rest: string) => {
    if (rest.includes('--stage')) return command;
    const verb = command.slice(0, command.length - rest.length);
    return `${verb} --stage ${stage}${region === undefined ? '' : ` --region ${region}`}${rest}`;
  });
}
