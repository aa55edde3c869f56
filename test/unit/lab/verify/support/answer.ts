export interface Answer {
  status: number
  body?: unknown
}

export const error = (status: number, description: string): Answer => ({
  status,
  body: {code: status, message: 'no', description, moreInfo: '', error: []},
})
