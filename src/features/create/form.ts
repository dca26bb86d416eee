import { modelIds } from "../../data/models";
import { gpuEntries } from "../../data/gpus";
import { usageOf } from "../../data/usage";
import { problemWith, type ExpectedLoad } from "./answers";
import { selectorFor } from "./choice";
import { CLOUDS, type Cloud } from "./clouds";

/** What a form proposes; every answer can be typed as well. */
export interface Proposed {
  /** Understood by `problemWith` and `create`. */
  readonly value: string;
  readonly detail: string;
}

/** Models of the catalogue, those that public manifests serve most first. */
export function proposedModels(): readonly Proposed[] {
  return modelIds()
    .map((value, i) => ({ value, i, times: usageOf("models", value) }))
    .sort((a, b) => b.times - a.times || a.i - b.i)
    .map(({ value, times }) => ({ value, detail: times > 0 ? `in ${times} public manifests` : "" }));
}

/** Cards that a cloud rents, the smallest first. */
export function proposedGpus(cloud: Cloud): readonly Proposed[] {
  return gpuEntries()
    .filter((entry) => entry.vendor === "NVIDIA" && selectorFor(cloud, entry, 1) !== undefined)
    .sort((a, b) => a.marketingGb - b.marketingGb)
    .map(({ name, marketingGb, bandwidth }) => ({
      value: name,
      detail: bandwidth === undefined ? `${marketingGb} GB` : `${marketingGb} GB, ${bandwidth} GB/s`,
    }));
}

export function proposedClouds(): readonly (Proposed & { readonly cloud: Cloud })[] {
  return (Object.keys(CLOUDS) as Cloud[]).map((cloud) => ({
    cloud,
    value: cloud === "other" ? "Another cloud, or machines of your own" : CLOUDS[cloud].title,
    detail: CLOUDS[cloud].nodes,
  }));
}

type Amount = Pick<ExpectedLoad, "kind" | "amount">;

/** `4`, `0.5/s`, `4 requests/s`; `40 users`. A sentence when it is neither. */
export function readAmount(text: string): Amount | { readonly problem: string } {
  const match =
    /^\s*(\d+(?:\.\d+)?)\s*(?:(users?)(?: at once)?|(?:requests?|rps|req)?\s*(?:\/|a|per)?\s*(?:s|second)?)\s*$/i.exec(
      text,
    );
  if (!match) return { problem: "Requests a second, like 4, or users at once, like 40 users." };
  const amount: Amount = { kind: match[2] === undefined ? "rate" : "users", amount: Number(match[1]) };
  const problem = problemWith.amount(amount.kind, amount.amount);
  return problem === undefined ? amount : { problem };
}

/** `512 256` or `512 + 256`: tokens of prompt and answer. */
export function readTokens(
  text: string,
): Pick<ExpectedLoad, "prompt" | "answer"> | { readonly problem: string } {
  const match = /^\s*(\d{1,9})\s*[+,;/ ]\s*(\d{1,9})\s*$/.exec(text);
  if (!match) return { problem: "Tokens of prompt and answer on average, like 512 + 256." };
  const [prompt, answer] = [Number(match[1]), Number(match[2])];
  const problem = problemWith.tokens(prompt) ?? problemWith.tokens(answer);
  return problem === undefined ? { prompt, answer } : { problem };
}
