import * as fc from "fast-check";

/**
 * With `FUZZ_SEED` the properties meet the same inputs each time, so that CI judges a change by what it does; without it, as on a
 * developer's machine and at night, they look for new ones.
 */
const seed = process.env.FUZZ_SEED;
if (seed !== undefined) fc.configureGlobal({ seed: Number(seed) });
