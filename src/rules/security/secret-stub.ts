import type { VllmServer } from "../../vllm/model";
import { formatBlock } from "../../yaml/format";
import { nameForObjects } from "../places";

/** The Secret that a fix refers to: `llama-hf-token`. */
export function secretName(server: VllmServer, variable: string): string {
  return `${nameForObjects(server)}-${variable.toLowerCase().replaceAll("_", "-")}`;
}

/** A Secret to be filled by a person: the value that stood in the manifest is not copied, as it has to be revoked. */
export function secretStub(server: VllmServer, secret: string, key: string): string {
  const { namespace } = server.object;
  const object = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: secret, ...(namespace === undefined ? {} : { namespace }) },
    type: "Opaque",
    stringData: { [key]: "<new token>" },
  };
  return `# Keep the value out of version control.\n${formatBlock("", object, 0)}`;
}
