import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Folders of the core: stages that must not see a live clock, a timer or unseeded chance. */
const CORE = ['frame', 'geometry', 'clock', 'align', 'perception', 'fusion', 'world', 'pipeline'].map(
  (folder) => `src/${folder}/**/*.ts`,
);

/** What the page's modules may use of a browser. */
const BROWSER = [
  'Blob',
  'HTMLButtonElement',
  'ImageData',
  'ResizeObserver',
  'TextDecoder',
  'WebSocket',
  'atob',
  'createImageBitmap',
  'crypto',
  'devicePixelRatio',
  'document',
  'getComputedStyle',
  'location',
  'matchMedia',
  'performance',
  'requestAnimationFrame',
  'setTimeout',
];

export default tseslint.config(
  { ignores: ['dist', 'coverage', 'node_modules'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
      eqeqeq: 'error',
    },
  },
  {
    // The page: what a browser has, and no Node.
    files: ['src/web/page/*.js'],
    languageOptions: { globals: Object.fromEntries(BROWSER.map((name) => [name, 'readonly'])) },
    rules: { eqeqeq: 'error', 'max-lines': ['error', { max: 400 }] },
  },
  {
    // Programs that tests start.
    files: ['test/**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', Buffer: 'readonly' } },
  },
  {
    files: CORE,
    rules: {
      'no-restricted-globals': ['error', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now' },
        { object: 'Math', property: 'random' },
        { object: 'process', property: 'hrtime' },
      ],
    },
  },
);
