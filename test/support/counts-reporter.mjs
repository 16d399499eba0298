/** Tells the process that started jest how many tests passed and failed. A file that could not be run is a failure. */
export default class CountsReporter {
  onRunComplete(_, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
    process.send?.({ passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites });
  }
}
