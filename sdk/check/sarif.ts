/** A check as SARIF 2.1.0, which code hosts show beside a change. */
import { SDK_VERSION } from '../version.js';
import type { CheckReport, Severity } from './report.js';
import { rules } from './rules.js';

const levels: { readonly [severity in Severity]: string } = {
  error: 'error',
  warning: 'warning',
  note: 'note',
};

export function toSarif(report: CheckReport) {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'rproc check',
            version: SDK_VERSION,
            rules: rules.map(({ id, summary }) => ({ id, shortDescription: { text: summary } })),
          },
        },
        properties: {
          board: report.board,
          kernel: report.kernel,
          verdict: report.verdict,
          errno: report.errno,
        },
        results: report.findings.map(({ rule, severity, message, fix, where }) => ({
          ruleId: rule,
          level: levels[severity],
          message: { text: `${where}: ${message}. Fix: ${fix}.` },
          locations: [{ physicalLocation: { artifactLocation: { uri: report.file.replaceAll('\\', '/') } } }],
        })),
      },
    ],
  };
}
