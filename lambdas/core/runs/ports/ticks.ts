/** The feeder's own queue: what keeps a run going. */
export interface Ticks {
  /**
   * `page`: the page that this tick is for; one that comes when the run is elsewhere is dropped, so that of two ticks for a page
   * only one goes on. Absent = wherever the run stands: at its start, its resumption, its revival.
   * `wait`: which wait of the run ends with this tick, so that of two ticks that wait only one goes on.
   * Throws a ConnectorError of class `retry` if the queue did not take it.
   */
  send(runId: string, delaySeconds: number, page?: number, wait?: number): Promise<void>;
}
