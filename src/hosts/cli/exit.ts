/** What the process ends with; scripts and CI rely on these. */
export const EXIT = { clean: 0, findings: 1, failure: 2 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The call itself is wrong: told with a pointer to the help, never with a stack. */
export class UsageError extends Error {}
