/**
 * Stands in for VS Code's native log writer, which would have to be compiled. Without one the server prints an error
 * for every log file it opens, and an extension's log output channel stays empty.
 */
const { appendFile, appendFileSync, mkdirSync } = require("node:fs");
const { dirname } = require("node:path");

const levels = ["trace", "debug", "info", "warn", "error", "critical"];

class Logger {
  constructor(_type, _name, file) {
    this.file = file;
    this.level = levels.indexOf("info");
    this.formatted = true;
    this.waiting = "";
    this.writing = false;
    mkdirSync(dirname(file), { recursive: true });
  }

  write(level, message) {
    if (levels.indexOf(level) < this.level) return;
    const time = new Date().toISOString().replace("T", " ").slice(0, -1);
    this.waiting += this.formatted ? `${time} [${level}] ${message}\n` : message;
    this.writeNext();
  }

  writeNext() {
    if (this.writing || !this.waiting) return;
    const text = this.waiting;
    this.waiting = "";
    this.writing = true;
    // A log that cannot be written (its folder is removed as the server stops) is no reason to fail.
    appendFile(this.file, text, () => {
      this.writing = false;
      this.writeNext();
    });
  }

  getLevel() {
    return this.level;
  }

  setLevel(level) {
    this.level = level;
  }

  setPattern() {}

  clearFormatters() {
    this.formatted = false;
  }

  flush() {
    const text = this.waiting;
    this.waiting = "";
    try {
      if (text) appendFileSync(this.file, text);
    } catch {
      // As above.
    }
  }

  drop() {
    this.flush();
  }
}

for (const level of levels) {
  Logger.prototype[level] = function (message) {
    this.write(level, message);
  };
}

exports.version = 0;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = async (name, file) => new Logger("rotating", name, file);
exports.createAsyncRotatingLogger = async (name, file) => new Logger("rotating_async", name, file);
