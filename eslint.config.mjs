import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const PURE_LAYERS = ['vocabulary', 'machine', 'kernel', 'simulator', 'report'].map((layer) => `server/src/${layer}/**/*.ts`);

export default tseslint.config(
    { ignores: ['out/', '.cache/', 'server/src/language/generated/'] },
    js.configs.recommended,
    // No rules that need types: the type checker runs beside the linter, and the linter stays within seconds.
    tseslint.configs.strict,
    tseslint.configs.stylistic,
    {
        rules: {
            // The type checker finds undefined names, and knows the globals of each folder.
            'no-undef': 'off',
            // "== null" is the short way to say "null or undefined".
            eqeqeq: ['error', 'always', { null: 'ignore' }],
            'prefer-const': 'error',
            '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
            '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
            // Indexed access is checked: where the index is known to be good, "!" says so.
            '@typescript-eslint/no-non-null-assertion': 'off',
            // Module augmentation and services are written as interfaces that add nothing of their own.
            '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
            '@typescript-eslint/no-namespace': ['error', { allowDeclarations: true }],
        },
    },
    {
        // Simulating is pure: time, order and choice come from the program and the options only.
        files: PURE_LAYERS,
        rules: {
            'no-restricted-globals': ['error', ...['process', 'Buffer', 'console', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'Date', 'performance', 'fetch', 'crypto']],
            'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: 'Same program, same trace: take the choice from the options.' }],
        },
    },
    {
        // What differs between kernels has a name in kernel/versions, or is a column of a vocabulary table.
        files: ['server/src/**/*.ts'],
        ignores: ['server/src/vocabulary/**', 'server/src/kernel/versions/**', 'server/src/language/validation/**', 'server/src/report/judgement/guards.ts'],
        rules: {
            'no-restricted-imports': ['error', { patterns: [{ group: ['**/vocabulary/kernels.js'], importNames: ['compareKernels'], message: 'Ask the profile for a named difference, or isAvailable() for a word.' }] }],
        },
    },
    {
        files: ['machine', 'kernel', 'simulator'].map((layer) => `server/src/${layer}/**/*.ts`),
        ignores: ['server/src/kernel/versions/**'],
        rules: {
            'no-restricted-syntax': ['error', { selector: 'BinaryExpression > MemberExpression[object.name=/^(kernel|profile)$/][property.name="version"]', message: 'Ask the profile for a named difference.' },
                { selector: 'BinaryExpression > MemberExpression[object.property.name=/^(kernel|profile)$/][property.name="version"]', message: 'Ask the profile for a named difference.' }],
        },
    },
    {
        // Output goes through the connection: on stdio, a stray line breaks the protocol.
        files: ['server/src/{language,analysis,lsp}/**/*.ts'],
        rules: { 'no-console': 'error' },
    },
);
