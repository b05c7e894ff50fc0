import { faulty, type Answerer } from './answer.js';

export const installedPrograms: Answerer<'installed-programs'> = (asked, { nameContains }) => ({
  programs: asked.state.products
    .filter(({ displayName }) => !(faulty(asked, 'missing-vcpp') && displayName.includes('Visual C++ 2012')))
    .filter(({ displayName }) =>
      nameContains.some((part) => displayName.toLowerCase().includes(part.toLowerCase())),
    )
    .map(({ displayName, version, productCode }) => ({
      displayName,
      version,
      key: productCode,
      view: '64-bit',
    })),
});
