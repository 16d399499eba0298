/** A child said what is not in the protocol: it is broken, or it was taken over. */
export class ProtocolFault extends Error {}
