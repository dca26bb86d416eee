import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { repoRoot } from "../vscode/paths";

/** The project's compiler, asked about one file with another text: a change that it refuses is noticed without any test. */
export class TypeChecker {
  private readonly options: ts.ParsedCommandLine;
  private readonly changed = new Map<string, { readonly text: string; readonly version: number }>();
  private readonly service: ts.LanguageService;
  private version = 0;

  constructor() {
    const config = join(repoRoot, "tsconfig.json");
    const read = ts.readConfigFile(config, (path) => ts.sys.readFile(path));
    this.options = ts.parseJsonConfigFileContent(read.config, ts.sys, repoRoot);
    this.service = ts.createLanguageService(this.host());
  }

  accepts(file: string, text: string): boolean {
    this.changed.set(file, { text, version: ++this.version });
    try {
      return this.service.getSemanticDiagnostics(file).length === 0;
    } finally {
      this.changed.delete(file);
    }
  }

  private host(): ts.LanguageServiceHost {
    const { options, fileNames } = this.options;
    return {
      getCompilationSettings: () => options,
      getScriptFileNames: () => fileNames.filter((name) => name.includes("/src/rules/")),
      getScriptVersion: (name) => String(this.changed.get(name)?.version ?? 0),
      getScriptSnapshot: (name) => {
        const text =
          this.changed.get(name)?.text ?? (ts.sys.fileExists(name) ? readFileSync(name, "utf8") : undefined);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => repoRoot,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: (path) => ts.sys.fileExists(path),
      readFile: (path, encoding) => ts.sys.readFile(path, encoding),
      readDirectory: (...query) => ts.sys.readDirectory(...query),
    };
  }
}
