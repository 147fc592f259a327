import * as z from 'zod';
import type { Made } from './fleet-calls.ts';

/** Where a template is applied, and with what. */
export interface StackSettings {
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** The value of a parameter of Systems Manager that the template names. */
  readonly ssm: (name: string) => Promise<string>;
}

type Parameters = Readonly<Record<string, { readonly Type: string; readonly Default?: unknown }>>;

/** Resolves what stands in a template: parameters, functions, and parameters of Systems Manager. */
export interface TemplateValues {
  /** @throws Error for what is not there, and a function that no building block uses */
  resolve(value: unknown): Promise<unknown>;
}

const pair = z.tuple([z.string(), z.unknown()]);

/**
 * @param parameters what the template declares
 * @param made makes a resource, where it is not there yet
 */
export function valuesOf(
  parameters: Parameters,
  settings: StackSettings,
  made: (name: string) => Promise<Made>,
): TemplateValues {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Region': settings.region,
    'AWS::AccountId': settings.accountId,
    'AWS::Partition': 'aws',
    'AWS::StackName': settings.stackName,
  };

  async function reference(name: string): Promise<unknown> {
    const known = pseudo[name];
    if (known !== undefined) return known;
    const parameter = parameters[name];
    if (parameter === undefined) return (await made(name)).id;
    const value = settings.parameters[name] ?? parameter.Default;
    if (value === undefined) throw new Error(`the template needs the parameter ${name}`);
    return /^(CommaDelimitedList|List<)/.test(parameter.Type) ? z.string().parse(value).split(',') : value;
  }

  async function attribute(name: string, of: string): Promise<string> {
    const value = (await made(name)).attributes[of];
    if (value === undefined) throw new Error(`the resource ${name} has no attribute ${of}`);
    return value;
  }

  async function substituted(text: string): Promise<string> {
    const filled = await replaced(text, /\$\{([\w:.]+)\}/g, async (name) => {
      const at = name.indexOf('.');
      const value = at < 0 ? await reference(name) : await attribute(name.slice(0, at), name.slice(at + 1));
      return z.coerce.string().parse(value);
    });
    return filled.replaceAll('${!', '${');
  }

  const functions: Readonly<Record<string, (argument: unknown) => Promise<unknown>>> = {
    Ref: async (argument) => reference(z.string().parse(argument)),
    'Fn::GetAtt': async (argument) => attribute(...z.tuple([z.string(), z.string()]).parse(argument)),
    'Fn::Sub': async (argument) => dynamic(await substituted(z.string().parse(argument))),
    'Fn::Join': async (argument) => {
      const [separator, list] = pair.parse(argument);
      return dynamic(
        z
          .array(z.coerce.string())
          .parse(await resolve(list))
          .join(separator),
      );
    },
    'Fn::Split': async (argument) => {
      const [separator, text] = pair.parse(argument);
      return z
        .string()
        .parse(await resolve(text))
        .split(separator);
    },
    'Fn::Select': async (argument) => {
      const [index, list] = z.tuple([z.coerce.number(), z.unknown()]).parse(argument);
      const found = z.array(z.unknown()).parse(await resolve(list))[index];
      if (found === undefined) throw new Error(`Fn::Select asks for number ${index} of a shorter list`);
      return found;
    },
  };

  /** A text that names a parameter of Systems Manager is that parameter's value. */
  async function dynamic(text: string): Promise<string> {
    return replaced(text, /\{\{resolve:ssm:([^}:]+)\}\}/g, settings.ssm);
  }

  async function resolve(value: unknown): Promise<unknown> {
    if (typeof value === 'string') return dynamic(value);
    if (Array.isArray(value)) return Promise.all(value.map(resolve));
    if (typeof value !== 'object' || value === null) return value;
    const entries: readonly (readonly [string, unknown])[] = Object.entries(value);
    const [first] = entries;
    if (entries.length === 1 && first !== undefined && (first[0] === 'Ref' || first[0].startsWith('Fn::'))) {
      const evaluate = functions[first[0]];
      if (evaluate === undefined) throw new Error(`no building block uses the function ${first[0]}`);
      return evaluate(first[1]);
    }
    return Object.fromEntries(
      await Promise.all(entries.map(async ([key, inner]) => [key, await resolve(inner)] as const)),
    );
  }

  return { resolve };
}

async function replaced(text: string, pattern: RegExp, by: (found: string) => Promise<string>): Promise<string> {
  const parts: string[] = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    parts.push(text.slice(from, match.index), await by(match[1] ?? ''));
    from = match.index + match[0].length;
  }
  return [...parts, text.slice(from)].join('');
}
