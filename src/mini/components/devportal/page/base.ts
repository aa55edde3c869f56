export const PAGE = '/devportal'
