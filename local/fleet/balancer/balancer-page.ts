/** The pages that an Application Load Balancer answers with itself. */
const titles: Readonly<Record<number, string>> = {
  460: 'Client Closed Request',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

export function balancerTitle(status: number): string {
  return titles[status] ?? 'Error';
}

export function balancerPage(status: number): string {
  const title = `${status} ${balancerTitle(status)}`;
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
}
