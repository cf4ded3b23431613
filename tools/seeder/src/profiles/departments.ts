/** Departments of generated companies; the first is the head office, the others are ordered by usual size. */
export const departments = [
  'Executive',
  'Sales',
  'Operations',
  'Customer Service',
  'Engineering',
  'Logistics',
  'Finance',
  'Marketing',
  'Procurement',
  'Quality',
  'Human Resources',
  'Legal',
  'Audit',
] as const;
