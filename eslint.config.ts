import js from '@eslint/js';
import jest from 'eslint-plugin-jest';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const config = defineConfig(
  globalIgnores(['node_modules', '.serverless', '.esbuild', '.sluice', 'coverage', '**/*.mjs', '**/*.cjs', 'schema']),
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  { languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } },
  {
    rules: {
      'no-console': 'error',
      eqeqeq: 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  {
    // What is deployed and installed: short, without casts, and without a comment that turns a rule off.
    files: ['lib/**/*.ts', 'functions/**/*.ts'],
    linterOptions: { noInlineConfig: true },
    rules: {
      'max-lines': ['error', 250],
      'max-lines-per-function': ['error', 60],
      // What crosses a boundary is parsed, never believed.
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
    },
  },
  {
    // The library marks it so that no one uses it for anything but an issuer on the same computer.
    files: ['lib/identity/openid-sign-in.ts'],
    rules: { '@typescript-eslint/no-deprecated': 'off' },
  },
  {
    // The programs that people run print; the library never does.
    files: ['local/**/*.ts', 'lib/cli/**/*.ts', 'bench/**/*.ts', 'examples/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    ...jest.configs['flat/recommended'],
    rules: {
      ...jest.configs['flat/recommended'].rules,
      'jest/expect-expect': ['error', { assertFunctionNames: ['expect*', 'fc.assert', '**.fc.assert'] }],
      // No test depends on the speed of the machine: limits are against hanging, and none is shorter than those of test/jest-shared.ts
      // and test/setup/eventually.ts.
      'no-restricted-syntax': [
        'error',
        ...[
          "CallExpression[callee.object.name='jest'][callee.property.name='setTimeout'] > Literal[value<120000]",
          'CallExpression[callee.name=/^(test|it|(before|after)(All|Each))$/] > :function + Literal[value<120000]',
          'CallExpression[callee.callee.object.name=/^(test|it)$/] > :function + Literal[value<120000]',
          'CallExpression[callee.name=/^(eventually|serviceWhere)$/] > :function + Literal[value<100]',
        ].map((selector) => ({ selector, message: 'A busy machine takes longer. Leave the limit out, or give more.' })),
      ],
    },
  },
);

export { config as default };
