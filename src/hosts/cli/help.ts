const EXIT_CODES = `Exit codes:
  0  nothing at or above --fail-on
  1  findings at or above --fail-on
  2  wrong usage, or an input or config file that cannot be read`;

const CONFIG = `Settings come from the nearest .vllm-k8s.yaml at or above each file, up to the root of its repository.
  rules:                          # by rule or group: error, warning, info, hint, off
    memory/weights-exceed-gpu: error
    storage: off
  assume:                         # where a manifest does not tell
    gpu: H100-80GB
    vllmVersion: "0.11.0"`;

export const MAIN_HELP = `Reads Kubernetes manifests for vLLM and tells what will not start, not fit or not scale.

Usage: vllm-k8s <command> [options]

Commands:
  lint [PATHS]    Find problems: in text, JSON, SARIF or GitHub annotations
  fix [PATHS]     Apply the safe fixes, or show them as a diff
  size FILE...    GPU memory of each vLLM server: weights, KV cache, concurrent requests
  calibrate FILE  Compare the plan with what vLLM printed while it started
  simulate FILE   Replicas, queue, KV cache and latency of an autoscaled server under a load
  generate KIND FILE  An autoscaler, alerts or a monitor for a workload
  init            New manifests for a model: sized, scaled, watched, for a load and a cloud
  checklist PATHS What has to be true in production: passes, fails, unknown, or only the cluster knows
  migrate FILE    Move a manifest to another vLLM release: a list, a diff, with --write the edit
  explain [RULE]  The page of a rule, or the list of rules
  lsp             The language server, for editors: see docs/editors.md

Options:
  -h, --help      This text; \`vllm-k8s <command> --help\` for a command's own
  -V, --version   The version

A PATH is a file, a folder (all .yaml and .yml files below; hidden folders and node_modules are
left out) or - for standard input. Nothing is sent anywhere, unless --hub asks for models by name.

Examples:
  vllm-k8s lint k8s/
  helm template my-release chart/ | vllm-k8s lint -
  vllm-k8s fix --dry-run k8s/vllm.yaml
  vllm-k8s size --format json k8s/vllm.yaml
`;

const LINT_HELP = `Finds what is wrong with the vLLM deployments in manifests.

Usage: vllm-k8s lint [PATHS] [options]

PATHS are files, folders or - for standard input; without any, the current folder.
The manifests of one folder see each other.

Options:
  --format FORMAT   text (default), json, sarif or github
  --fail-on LEVEL   Lowest severity that makes the exit code 1: error (default), warning, info, hint, never
  --config FILE     This config file instead of the ones found above each file
  --baseline FILE   Leave out the findings that FILE knows: by rule, file and the text of their line
  --write-baseline  Write the findings of now to that FILE; nothing is printed, the exit code is 0
  --jobs N          Threads to use; of itself one for few files, else one for each core, at most 8
  --hub             Read the config.json of models that nothing here knows from the Hugging Face Hub
  --quiet           In text: one line per finding, nothing else
  -h, --help        This text

${EXIT_CODES}

${CONFIG}

Comments silence a rule:
  # vllm-k8s-ignore-next-line <rule> -- why          also: vllm-k8s-ignore, vllm-k8s-ignore-file
`;

const FIX_HELP = `Applies the safe fixes. Only what has to change is changed; comments, quotes and line ends stay.

Usage: vllm-k8s fix [PATHS] [options]

PATHS as for lint. With - the fixed text goes to standard output.

Options:
  --dry-run      Show a unified diff, write nothing
  --rule RULE    Only this rule, with its first suggested fix also where a fix is not safe for all
  --config FILE  This config file instead of the ones found above each file
  -h, --help     This text

Exit codes:
  0  done, whether or not there was something to fix
  2  wrong usage, or a file that cannot be read or written
`;

const SIZE_HELP = `Works out the GPU memory of every vLLM server in a manifest, and how many requests it can hold at once.

Usage: vllm-k8s size FILE... [options]

Options:
  --format FORMAT        text (default) or json; what is not known is null, never guessed
  --gpu NAME             The GPU to take for granted where the manifest names none, like H100-80GB
  --vllm-version X.Y.Z   The release to take for granted where the image does not tell
  --what-if              Instead: other GPUs and tensor parallel sizes, and what there would be room for
  --vary AXES            With --what-if, what may differ: gpu, tensor, length, cache, checkpoint (default gpu,tensor)
  --config FILE          This config file instead of the ones found above each file
  --hub                  Read config.json and file sizes of models that nothing here knows from the Hugging Face
                         Hub: HF_ENDPOINT, HF_TOKEN and HTTPS_PROXY count; what was read is kept for later
  -h, --help             This text

Exit codes:
  0  done
  2  wrong usage, or a file that cannot be read
`;

const CALIBRATE_HELP = `Compares the memory plan of a server with what vLLM printed while it started, line by line.

Usage: vllm-k8s calibrate FILE --log LOG [options]

LOG is a file with the start-up text, from \`kubectl logs\` or a console; - is standard input.

Options:
  --log LOG        The log
  --server NAME    The container, where FILE has several servers
  --format FORMAT  text (default) or json
  --write          Keep the difference for this workload in the nearest .vllm-k8s.yaml, or a new one beside FILE
  -h, --help       This text

Exit codes:
  0  done
  2  wrong usage, a file that cannot be read, or a log that cannot be kept
`;

const SIMULATE_HELP = `Runs the autoscaler of a manifest under a load: as it is, and after the fixes proposed for it.

Usage: vllm-k8s simulate FILE [options]

FILE holds the autoscaler or the server; the other may lie beside it.

Options:
  --profile P            step (default), burst, ramp, day, or a recording: a .json or .csv file of seconds and requests per second
  --rps N                Requests a second at the height; else from what one replica can serve
  --base-rps N           Requests a second at the foot
  --seconds N            How long (3600)
  --prompt N, --output N Tokens of prompt and answer on average (512, 256)
  --cold-start N         Seconds until a new replica serves; else from the load estimate
  --seed N               The same seed gives the same run (1)
  --format FORMAT        text (default) or json
  --gpu NAME             The GPU to take for granted where the manifest names none, like H100-80GB
  --vllm-version X.Y.Z   The release to take for granted where the image does not tell
  --config FILE          This config file instead of the ones found above each file
  -h, --help             This text

Exit codes:
  0  done
  2  wrong usage, or something that cannot be simulated; a sentence says what
`;

const MIGRATE_HELP = `Moves a manifest to another release of vLLM: image, options, variables and metric names.

Usage: vllm-k8s migrate FILE --to X.Y.Z [options]

Prints what changes, what is left to do, each server's memory before and after, and a diff.

Options:
  --to X.Y.Z     The release to move to
  --write        Write the changes
  --config FILE  This config file instead of the ones found above the file
  -h, --help     This text

Exit codes:
  0  done
  1  done, but something is left for a person to do
  2  wrong usage, or a file that cannot be read or written
`;

const GENERATE_HELP = `Writes an object that belongs to a vLLM workload; names, ports, labels and thresholds are the workload's.

Usage: vllm-k8s generate KIND FILE [options]

KIND is scaled-object, hpa (with prometheus-adapter's rules), prometheus-rule, pod-monitor or service-monitor; or
kserve or production-stack, the fields that a workload of KServe or an entry of that chart's values is scaled by.

Options:
  --server N     The Nth server of the file instead of the first
  --write        Put it where it belongs: into the workload, behind it, or into a file beside it that its kustomization
                 lists; \`replicas\` goes from a workload that is scaled. Else it is printed
  --config FILE  This config file instead of the one found above the file
  -h, --help     This text

Exit codes:
  0  done
  2  wrong usage, or nothing to write it from; a sentence says what
`;

const INIT_HELP = `Writes the manifests of a new vLLM server: Deployment, Service, volume and its fill Job, ScaledObject, alerts,
PodMonitor, PodDisruptionBudget and kustomization. GPU, replicas and limits follow from the memory plan and the simulator.

Usage: vllm-k8s init --model OWNER/NAME [options]

Options:
  --model OWNER/NAME     The model, as the Hugging Face Hub names it
  --gpu NAME             The GPU, like L4 or H100-80GB; else the least GPU memory on which the load fits
  --rate N               Requests a second at a busy hour (1)
  --users N              Instead: requests in flight at once
  --prompt N, --output N Tokens of prompt and answer on average (512, 256)
  --namespace NAME       The namespace (llm-inference)
  --cloud CLOUD          gke, eks, aks or other (default): how nodes and storage are named
  --vllm-version X.Y.Z   The release; else the newest that is known
  --out DIR              The folder; else one in the current folder, named as the model
  --dry-run              Show the files, write nothing
  --json                 Files, summary and steps as JSON
  --hub                  Read config.json and file sizes of a model that nothing here knows from the Hugging Face Hub
  --config FILE          This config file instead of the one found above the folder
  -h, --help             This text

A file that is there already is never written over.

Exit codes:
  0  done
  2  wrong usage, nothing that fits, or a file that is there already; a sentence says what
`;

const CHECKLIST_HELP = `Goes through the production checklist for the vLLM servers in manifests.

Usage: vllm-k8s checklist [PATHS] [options]

PATHS are files or folders. The manifests of a folder are judged together; a file with all that stands beside it.
Each entry passes, fails with its places, is unknown with the reason, needs the running cluster, or needs people.

Options:
  --format FORMAT        text (default) or json
  --gpu NAME             The GPU to take for granted where the manifest names none, like H100-80GB
  --vllm-version X.Y.Z   The release to take for granted where the image does not tell
  --config FILE          This config file instead of the ones found above each file
  -h, --help             This text

Exit codes:
  0  nothing fails
  1  an entry fails
  2  wrong usage, or a file that cannot be read
`;

const EXPLAIN_HELP = `Prints the page of a rule: what happens, why, an example and its fix.

Usage: vllm-k8s explain [RULE]

Without a rule, all rules with their severity, one on a line.

Options:
  -h, --help  This text
`;

const LSP_HELP = `Speaks the Language Server Protocol on standard input and output. Editors start it.

Usage: vllm-k8s lsp [--stdio]

It offers diagnostics, fixes, hovers, lenses and completion. Settings are those of .vllm-k8s.yaml files, laid over
what the editor sends as initializationOptions or with workspace/didChangeConfiguration, in the same form.

Options:
  --stdio     Accepted, for editors that pass it; there is no other way to talk to it
  -h, --help  This text
`;

export const HELP: Readonly<Record<string, string>> = {
  lint: LINT_HELP,
  fix: FIX_HELP,
  size: SIZE_HELP,
  calibrate: CALIBRATE_HELP,
  simulate: SIMULATE_HELP,
  generate: GENERATE_HELP,
  init: INIT_HELP,
  checklist: CHECKLIST_HELP,
  migrate: MIGRATE_HELP,
  explain: EXPLAIN_HELP,
  lsp: LSP_HELP,
};
