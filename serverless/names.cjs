/**
 * A name as CloudFormation will make it.
 * @param value as it stands in the template
 * @param known values of the pseudo parameters, such as `AWS::Region`
 * @throws Error for a name that depends on something else
 */
function resolved(value, known) {
  if (typeof value === 'string') return value;
  if (value.Ref in known) return known[value.Ref];
  if (value['Fn::Join'] !== undefined) {
    const [between, parts] = value['Fn::Join'];
    return parts.map((part) => resolved(part, known)).join(between);
  }
  if (typeof value['Fn::Sub'] === 'string')
    return value['Fn::Sub'].replaceAll(/\$\{([\w:]+)\}/g, (whole, name) => resolved({ Ref: name }, known));
  throw new Error(`The name ${JSON.stringify(value)} is not known before the deployment.`);
}

module.exports = { resolved };
