import { afterEach } from 'vitest';
import { TestProject } from './test-project.ts';
import type { Files } from './test-project.ts';

/** Makes projects that are removed after each test. */
export function temporaryProjects(): (files?: Files | string) => TestProject {
  const projects: TestProject[] = [];
  afterEach(async () => {
    await Promise.all(projects.splice(0).map((project) => project.remove()));
  });
  return (files) => {
    const project = new TestProject(typeof files === 'string' ? { 'main.ts': files } : files);
    projects.push(project);
    return project;
  };
}
