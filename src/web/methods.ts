/** Whether a request asks for something without changing anything. */
export const isReading = ({ method }: Request): boolean => method === 'GET' || method === 'HEAD'
