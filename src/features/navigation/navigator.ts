import type { Position } from "../../base/text";
import type { FileEdit } from "../findings/fixes";
import type { Folder } from "../workspace/folder";
import { linksOf, type Link } from "./links";
import { definitionsAt, referencesAt, type Location } from "./navigation";
import { renameAt, renamePlaceAt, type Refusal, type RenamePlace } from "./rename";
import { symbolsOf, type ServerSymbol } from "./symbols";
import type { SourceFile, Workspace } from "../workspace/workspace";

/** The ways from one place of a file to others. Good until a file changes. */
export class Navigator {
  constructor(
    private readonly file: SourceFile,
    private readonly folder: Folder,
    private readonly workspace: Workspace,
  ) {}

  definitions(position: Position): readonly Location[] {
    return definitionsAt(this.file, this.folder, position, this.workspace);
  }

  references(position: Position): readonly Location[] {
    return referencesAt(this.file, this.folder, position, this.workspace);
  }

  /** Undefined where nothing is named. */
  renamePlace(position: Position): RenamePlace | Refusal | undefined {
    return renamePlaceAt(this.file, this.folder, position, this.workspace);
  }

  rename(position: Position, to: string): readonly FileEdit[] | Refusal {
    return renameAt(this.file, this.folder, position, { to, workspace: this.workspace });
  }

  links(): readonly Link[] {
    return linksOf(this.file, this.folder);
  }

  /** The servers, for an outline. */
  symbols(): readonly ServerSymbol[] {
    return symbolsOf(this.file, this.folder);
  }
}
