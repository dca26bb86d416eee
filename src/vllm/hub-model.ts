import { podMap } from "../kubernetes/containers";
import { environmentOf } from "../kubernetes/environment";
import type { Container } from "../kubernetes/model";
import { mountCovering } from "../kubernetes/volumes";
import type { VllmServer } from "./model";
import { numberAt } from "../yaml/node";

/** Formats that stream from elsewhere, or that no Hub repository has. */
const NOT_FROM_HUB = /runai|tensorizer|dummy|sharded_state|instanttensor/;

/** The Hub id of the model that the server downloads by itself; undefined for paths, streams, offline mode and unknowns. */
export function hubModel(server: VllmServer): string | undefined {
  const { model, environment } = server.engine;
  if (!model.known || !/^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/.test(model.value)) return undefined;
  // A relative path looks the same.
  if (/^(models?|data|mnt|weights|checkpoints)\//i.test(model.value)) return undefined;
  const format = server.engine.text("--load-format");
  if (format.known ? NOT_FROM_HUB.test(format.value) : server.engine.settings.has("--load-format"))
    return undefined;
  const isOff = ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "VLLM_USE_MODELSCOPE"].some((name) => {
    const variable = environment.get(name);
    return variable !== undefined && !/^(0|false|no|off|)$/i.test(variable.value ?? "1");
  });
  return isOff ? undefined : model.value;
}

/** The directory that downloads of models go to; undefined when a part of it is not known. */
export function hubCacheDirectory(server: VllmServer, container: Container): string | undefined {
  const given = server.engine.settings.get("--download-dir");
  if (given) return absolute(given.text);
  const { environment } = server.engine;
  for (const [name, below] of HOMES) {
    const variable = environment.get(name);
    if (variable) return absolute(variable.value === undefined ? undefined : variable.value + below);
  }
  if (environmentOf(container).open || server.engine.open) return undefined;
  return isRoot(container) ? `/root${HOME_CACHE}` : undefined;
}

const HOME_CACHE = "/.cache/huggingface/hub";

/** In the order in which the Hub's client looks at them. */
const HOMES: readonly (readonly [variable: string, below: string])[] = [
  ["HF_HUB_CACHE", ""],
  ["HUGGINGFACE_HUB_CACHE", ""],
  ["HF_HOME", "/hub"],
  ["XDG_CACHE_HOME", "/huggingface/hub"],
  ["HOME", HOME_CACHE],
];

const PERSISTENT = new Set<string | undefined>(["pvc", "claimTemplate", "hostPath", "nfs", "csi"]);

/** True when what was downloaded once is still there after a restart. */
export function keepsDownloads(server: VllmServer): boolean {
  const { container } = server;
  const directory = container && hubCacheDirectory(server, container);
  if (!container || directory === undefined) return false;
  return PERSISTENT.has(mountCovering(container, directory)?.volume?.source.kind);
}

function absolute(path: string | undefined): string | undefined {
  return path?.startsWith("/") ? path : undefined;
}

function isRoot({ pod, node }: Container): boolean {
  const contexts = [node.get("securityContext"), podMap(pod, "securityContext")];
  return contexts.every((context) => {
    if (context?.kind !== "map") return context === undefined;
    const user = context.get("runAsUser") === undefined ? 0 : numberAt(context, "runAsUser");
    return user === 0 && context.get("runAsNonRoot") === undefined;
  });
}
