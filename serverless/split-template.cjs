const { createHash } = require('node:crypto');
const { keyOf, replaced, sorted } = require('./references.cjs');

/**
 * Divides a template: what belongs to a chapter goes into a nested stack of its own, as a stack takes 500 resources at most. What refers
 * across the border becomes a parameter of the nested stack, or an output of it.
 *
 * Only chapters that were nested from their first deployment on may be: CloudFormation cannot move a resource from one stack to another.
 * @param template the whole, which is left as it is
 * @param chapters by the nested stack's name: names of its functions, and logical ids of its other resources
 * @param urlOf where a nested template will be, from its file name; a value of CloudFormation
 * @returns the root template, and the nested ones by file name
 * @throws Error where stacks would wait for each other, or be too large
 */
function splitTemplate(template, chapters, urlOf) {
  const home = homes(template.Resources, chapters);
  const names = Object.keys(chapters).filter((name) => [...home.values()].includes(name));
  if (names.length === 0) return { root: template, nested: {} };
  const root = divided(template, home, undefined);
  const files = {};
  for (const name of names) {
    const { resources, parameters } = divided(template, home, name);
    const nested = {
      AWSTemplateFormatVersion: '2010-09-09',
      Description: `${template.Description ?? ''}: ${name}`,
      Parameters: Object.fromEntries(
        [...parameters.keys()]
          .sort()
          .map((parameter) => [parameter, template.Parameters?.[parameter] ?? { Type: 'String' }]),
      ),
      ...conditionsOf(template, resources),
      Resources: resources,
      Outputs: outputsOf(template, home, name),
    };
    const text = JSON.stringify(sorted(nested));
    sized(name, resources, text);
    refuseKeptNames(name, resources);
    const file = `${name}-${createHash('sha256').update(text).digest('hex')}.json`;
    files[file] = text;
    root.resources[stackId(name)] = {
      Type: 'AWS::CloudFormation::Stack',
      Properties: {
        TemplateURL: urlOf(file),
        Parameters: Object.fromEntries([...parameters].sort(([left], [right]) => (left < right ? -1 : 1))),
      },
      ...dependencies(template.Resources, home, name),
    };
  }
  if (Object.keys(root.resources).length >= mostInRoot)
    throw new Error(
      `The root stack has ${Object.keys(root.resources).length} resources, fewer than ${mostInRoot} are meant: give new chapters a nested stack.`,
    );
  refuseCircles(root.resources, names);
  const { value: outputs } = referring(template.Outputs ?? {}, home, undefined);
  return { root: { ...template, Resources: root.resources, Outputs: outputs }, nested: files };
}

/** The root has room for what must be there; CloudFormation takes 500. */
const mostInRoot = 300;
const mostInNested = 200;
/** CloudFormation reads 1,000,000 bytes of a bucket. */
const mostBytes = 400_000;

function sized(name, resources, text) {
  const count = Object.keys(resources).length;
  if (count > mostInNested)
    throw new Error(`Nested stack ${name} has ${count} resources, ${mostInNested} are possible: divide the chapter.`);
  if (text.length > mostBytes)
    throw new Error(`Nested stack ${name} has ${text.length} bytes, ${mostBytes} are possible: divide the chapter.`);
}

/** What is kept under a name must be adopted by the next deployment: `adopt-kept.cjs` can do that in the root alone. */
function refuseKeptNames(name, resources) {
  for (const [id, { Type: type, DeletionPolicy: policy, Properties: properties = {} }] of Object.entries(resources)) {
    if (!policy?.startsWith('Retain') || type === 'AWS::Lambda::Version') continue;
    if (Object.keys(properties).some((property) => property.endsWith('Name')))
      throw new Error(
        `${id} is kept when the stack is removed and has a name: it belongs in the root stack, not in nested stack ${name}.`,
      );
  }
}

const stackId = (name) => `${name}Stack`;

/** What the framework makes of a function: its own resources begin with its name. */
const ofFunction =
  /^(?:LambdaFunction(?:Url)?|LambdaVersion\w+|LogGroup|IamRoleLambdaExecution|LambdaPermission\w*|EventSourceMapping\w+|StreamConsumer|LambdaEvConf|EventsRule\w+|SchedulerSchedule\w+|SnsSubscription\w+)$/;

/** By logical id: the nested stack that a resource belongs to; those of the root are not in it. */
function homes(resources, chapters) {
  const home = new Map();
  for (const [name, { functions, resources: others }] of Object.entries(chapters)) {
    for (const id of Object.keys(resources)) {
      const made = functions.some((one) => id.startsWith(one) && ofFunction.test(id.slice(one.length)));
      if (made || others.includes(id)) home.set(id, name);
    }
    for (const id of routesOf(resources, (own) => home.get(own) === name)) home.set(id, name);
    const missing = others.filter((id) => !home.has(id));
    if (missing.length > 0)
      throw new Error(`Nested stack ${name} names ${missing.join(', ')}, which the template has not.`);
  }
  return home;
}

/**
 * What the framework makes of a chapter's routes: methods that call its functions, and the parts of their paths that no other stack's
 * method is below.
 */
function routesOf(resources, isOwn) {
  const all = Object.entries(resources);
  const methods = all.filter(([, { Type: type }]) => type === 'AWS::ApiGateway::Method');
  const own = methods.filter(([, { Properties: properties }]) => refersTo(properties.Integration, isOwn));
  const pathOf = (id) => {
    const parent = resources[id]?.Properties.ParentId?.Ref;
    return id === undefined || resources[id] === undefined ? [] : [id, ...pathOf(parent)];
  };
  const below = ([, { Properties: properties }]) => pathOf(properties.ResourceId.Ref);
  const others = new Set(methods.filter((method) => !own.includes(method)).flatMap(below));
  return [...own.map(([id]) => id), ...own.flatMap(below).filter((id) => !others.has(id))];
}

function refersTo(value, isOwn) {
  let found = false;
  replaced(value, (id) => {
    found ||= isOwn(id);
    return undefined;
  });
  return found;
}

/** The resources of one stack, with references across its border replaced, and the values of the parameters that it gets for them. */
function divided(template, home, name) {
  const own = Object.entries(template.Resources).filter(([id]) => home.get(id) === name);
  const parameters = new Map();
  const resources = own.map(([id, { DependsOn: depends, ...resource }]) => {
    const { value, needed } = referring(resource, home, name, template.Parameters);
    for (const [parameter, one] of needed) parameters.set(parameter, one);
    const others = [depends ?? []].flat().flatMap((other) => dependency(other, home, name));
    return [id, others.length === 0 ? value : { ...value, DependsOn: [...new Set(others)] }];
  });
  for (const condition of conditionNames(own)) {
    for (const [parameter, one] of referring(template.Conditions?.[condition] ?? {}, home, name, template.Parameters)
      .needed)
      parameters.set(parameter, one);
  }
  return { resources: Object.fromEntries(resources), parameters };
}

/** On what a resource depends inside its own stack: the root's on the nested stack itself; a nested stack waits as a whole. */
function dependency(other, home, name) {
  if (home.get(other) === name) return [other];
  return name === undefined ? [stackId(home.get(other))] : [];
}

function dependencies(resources, home, name) {
  const own = Object.entries(resources).filter(([id]) => home.get(id) === name);
  const outside = own
    .flatMap(([, { DependsOn: depends }]) => [depends ?? []].flat())
    .filter((id) => home.get(id) !== name)
    .map((id) => (home.has(id) ? stackId(home.get(id)) : id));
  return outside.length === 0 ? {} : { DependsOn: [...new Set(outside)].sort() };
}

/** What a stack has under its own name is not what the root has under it. */
const ofOneStack = /^AWS::Stack/;

/**
 * A value as it must stand in one stack, and the parameters that it needs there, with their values in the root.
 * @param name of the nested stack; `undefined` for the root
 */
function referring(value, home, name, declared = {}) {
  const needed = new Map();
  const refer = (id, attribute) => {
    if (id.startsWith('AWS::')) {
      if (name !== undefined && ofOneStack.test(id))
        throw new Error(`${id} in nested stack ${name} is not that of the root.`);
      return undefined;
    }
    if (id in declared && attribute === undefined) {
      if (name !== undefined) needed.set(id, passedOn(id, declared[id]));
      return undefined;
    }
    if (home.get(id) === name) return undefined;
    const key = keyOf(id, attribute);
    const whole = home.has(id)
      ? { 'Fn::GetAtt': [stackId(home.get(id)), `Outputs.${key}`] }
      : attribute === undefined
        ? { Ref: id }
        : { 'Fn::GetAtt': [id, attribute] };
    if (name === undefined) return whole;
    needed.set(key, whole);
    return { Ref: key };
  };
  return { value: replaced(value, refer), needed };
}

/** A nested stack takes no list as a value, and makes one of the text again. */
const passedOn = (id, { Type: type }) =>
  /^(?:CommaDelimitedList|List<.*>)$/.test(type) ? { 'Fn::Join': [',', { Ref: id }] } : { Ref: id };

/** What other stacks ask of a nested one. */
function outputsOf(template, home, name) {
  const outputs = {};
  const ask = (id, attribute) => {
    if (home.get(id) === name) {
      const whole = attribute === undefined ? { Ref: id } : { 'Fn::GetAtt': [id, attribute] };
      outputs[keyOf(id, attribute)] = { Value: whole };
    }
    return undefined;
  };
  const others = Object.entries(template.Resources).filter(([id]) => home.get(id) !== name);
  for (const [, resource] of others) replaced(resource, ask);
  replaced(template.Outputs ?? {}, ask);
  return outputs;
}

function conditionNames(resources) {
  const found = new Set();
  const search = (value) => {
    if (Array.isArray(value)) return value.forEach(search);
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value['Fn::If'])) found.add(value['Fn::If'][0]);
    if (typeof value.Condition === 'string') found.add(value.Condition);
    return Object.values(value).forEach(search);
  };
  for (const [, resource] of resources) search(resource);
  return found;
}

function conditionsOf({ Conditions: conditions = {} }, resources) {
  const names = [...conditionNames(Object.entries(resources))].filter((name) => name in conditions);
  // A condition may name others.
  for (const name of names)
    for (const other of conditionNames([['', conditions[name]]]))
      if (!names.includes(other) && other in conditions) names.push(other);
  return names.length === 0 ? {} : { Conditions: Object.fromEntries(names.map((name) => [name, conditions[name]])) };
}

/** CloudFormation refuses stacks that wait for each other, after minutes of work. */
function refuseCircles(resources, names) {
  const asks = new Map(Object.entries(resources).map(([id, resource]) => [id, asked(resource, resources)]));
  for (const name of names) {
    const seen = new Set();
    const waiting = [[stackId(name)]];
    for (let way = waiting.pop(); way !== undefined; way = waiting.pop()) {
      for (const id of asks.get(way.at(-1)) ?? []) {
        if (id === stackId(name))
          throw new Error(
            `Nested stack ${name} waits for itself: ${[...way, id].join(' needs ')}. Write the name or ARN of one of them out instead.`,
          );
        if (seen.has(id)) continue;
        seen.add(id);
        waiting.push([...way, id]);
      }
    }
  }
}

function asked({ DependsOn: depends, ...resource }, resources) {
  const found = new Set([depends ?? []].flat());
  replaced(resource, (id) => {
    if (id in resources) found.add(id);
    return undefined;
  });
  return found;
}

module.exports = { splitTemplate };
