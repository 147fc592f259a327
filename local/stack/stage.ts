/** Name of the stage that the local AWS gets. */
export const localStage = 'local';
