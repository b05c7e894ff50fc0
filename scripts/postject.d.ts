declare module 'postject' {
  /** Puts a resource into a program and flips the sentinel fuse. Source: the package's README. */
  export const inject: (
    file: string,
    resource: string,
    content: Buffer,
    options: { readonly sentinelFuse: string },
  ) => Promise<void>;
}

/** The version of package.json: esbuild puts it in. */
declare const DPM_PREP_VERSION: string;
