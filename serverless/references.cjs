/** The name of the parameter or output that carries a reference. */
const keyOf = (id, attribute = '') => `${id}${attribute.replaceAll(/[^A-Za-z0-9]/g, '')}`;

/** Not CloudFormation's: a definition has its own substitutions, which look the same. */
const untouched = new Set(['Definition', 'DefinitionString']);

/** A value in which every reference is what `refer` makes of it; `undefined` leaves one as it is. */
function replaced(value, refer) {
  if (Array.isArray(value)) return value.map((one) => replaced(one, refer));
  if (typeof value !== 'object' || value === null) return value;
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Sub': sub } = value;
  if (ref !== undefined) return refer(ref, undefined) ?? value;
  if (attribute !== undefined) {
    const [id, ...rest] = [attribute].flat().flatMap((part) => part.split('.'));
    return refer(id, rest.join('.')) ?? value;
  }
  if (sub !== undefined) return substituted(sub, refer);
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, untouched.has(key) ? one : replaced(one, refer)]),
  );
}

function substituted(sub, refer) {
  const [text, given = {}] = [sub].flat();
  const own = Object.fromEntries(Object.entries(given).map(([key, one]) => [key, replaced(one, refer)]));
  const changed = text.replaceAll(/\$\{([\w:.]+)\}/g, (whole, reference) => {
    if (reference in given) return whole;
    const [id, ...rest] = reference.split('.');
    const other = refer(id, rest.length === 0 ? undefined : rest.join('.'));
    if (other === undefined) return whole;
    const key = keyOf(id, rest.join('.'));
    // A parameter can be named in the text; everything else must be given beside it.
    if (other.Ref !== key) own[key] = other;
    return `\${${key}}`;
  });
  return { 'Fn::Sub': Object.keys(own).length === 0 ? changed : [changed, own] };
}

/** The same with its keys in order, as hashes and names are made of it. */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, sorted(one)]);
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}

module.exports = { keyOf, replaced, sorted };
