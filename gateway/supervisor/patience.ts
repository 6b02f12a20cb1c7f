import type { Configuration } from "../config/configuration.ts";
import type { SupervisorEnvironment } from "../config/supervisor-environment.ts";
import { askStopTimeout } from "./stop-timeout.ts";

/**
 * The configuration with the time after which the supervisor kills a gateway that it asked to stop, where the file
 * does not say it: the drain then ends before that.
 */
export async function withPatience(
  configuration: Configuration,
  told: SupervisorEnvironment,
): Promise<Configuration> {
  const { drain } = configuration;
  if (drain.supervisorStopMs !== null || !told.isUnit) return configuration;
  const supervisorStopMs = await askStopTimeout(told);
  return { ...configuration, drain: { ...drain, supervisorStopMs } };
}
