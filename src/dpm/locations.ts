export const binFolders = {
  protectedComputer: 'C:\\Program Files\\Microsoft Data Protection Manager\\DPM\\bin',
  dpmServer: 'C:\\Program Files\\Microsoft System Center\\DPM\\DPM\\bin',
};
