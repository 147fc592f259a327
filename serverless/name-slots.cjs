/**
 * What a stage may change of an account stands in parameters of the stack that are lists of names. CloudFormation makes no list of ARNs of a
 * list of names, so a template has one slot a list, and what is deployed has one for each name that the list has there.
 */

/** What each list may hold. A name is part of an ARN, so it must not bring `*`, `?`, `$` or `:` of its own. */
const shapes = {
  Balancers: '[A-Za-z0-9-]{1,32}',
  Clusters: '[A-Za-z0-9_-]{1,255}',
  TaskDefinitions: '[A-Za-z0-9_-]{1,255}',
  // A role's name, with its path where it has one; `services/shop/*` is every role of a path. One with a comma in it cannot be listed.
  TaskRoles: '(?:[\\w+=.@-]{1,64}/){0,10}(?:[\\w+=.@-]{1,64}|\\*)',
};

/** The nth name of a list, as a value of CloudFormation. */
const nameAt = (parameter, n) => ({ 'Fn::Select': [String(n), { 'Fn::Split': [',', { Ref: parameter }] }] });

/** A slot for the names of a list: `text` has `${Name}` where each of them goes. */
const slot = (parameter, text) => ({ 'Fn::Sub': [text, { Name: nameAt(parameter, 0) }] });

/** The list of a slot; `undefined` where a value is none. */
function listOf(value) {
  const name = value?.['Fn::Sub']?.[1]?.Name;
  const parameter = name?.['Fn::Select']?.[1]?.['Fn::Split']?.[1]?.Ref;
  return parameter in shapes ? parameter : undefined;
}

/**
 * Returns what a slot says for all clusters, `undefined` for another list. The ARN of an ECS service or task may have no cluster in it, and
 * a stage without names may change those too.
 */
const ofAll = (parameter, text) =>
  parameter === 'Clusters' && text.endsWith('/${Name}/*') ? text.replace('/${Name}/*', '/*') : undefined;

/** The pattern of a list of names, or of `*` for all: of so many where a number is given, of any number of them else. */
function patternOf(parameter, count) {
  const shape = shapes[parameter];
  if (count === undefined) return `\\*|${shape}(?:,${shape})*`;
  return count === 1 ? `\\*|${shape}` : `${shape}(?:,${shape}){${count - 1}}`;
}

/**
 * Gives a template as many slots as its lists have names, and lets the parameters take that many alone: whoever changes one without a
 * template of its own must not lose a name unnoticed.
 * @param values of the parameters, by name; those that are left out have their defaults
 */
function withNameSlots(template, values) {
  const lists = Object.keys(shapes).filter((parameter) => parameter in (template.Parameters ?? {}));
  const used = new Map(
    lists.map((parameter) => [parameter, String(values[parameter] ?? template.Parameters[parameter].Default)]),
  );
  const Parameters = { ...template.Parameters };
  for (const [parameter, value] of used) {
    // Of all clusters the policies have no slot, so a name would limit nothing.
    const AllowedPattern =
      parameter === 'Clusters' && value === '*' ? '\\*' : patternOf(parameter, value.split(',').length);
    // CloudFormation holds a default against the pattern, whatever value it is given.
    Parameters[parameter] = { ...Parameters[parameter], AllowedPattern, Default: value };
  }
  return { ...template, Parameters, Resources: filled(template.Resources, used) };
}

function filled(value, used) {
  if (Array.isArray(value)) {
    return value.flatMap((one) => {
      const parameter = listOf(one);
      if (!used.has(parameter)) return [filled(one, used)];
      const [text] = one['Fn::Sub'];
      const all = used.get(parameter) === '*' ? ofAll(parameter, text) : undefined;
      if (all !== undefined) return [{ 'Fn::Sub': all }];
      return used
        .get(parameter)
        .split(',')
        .map((_, n) => ({ 'Fn::Sub': [text, { Name: nameAt(parameter, n) }] }));
    });
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filled(one, used)]));
}

module.exports = { patternOf, shapes, slot, withNameSlots };
