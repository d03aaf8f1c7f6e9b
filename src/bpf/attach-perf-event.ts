import type { Attacher } from './attacher.ts';
import { notAttached } from './leave-out.ts';
import { onlineCpus, openPerfEvent, parsePerfEventSection } from './perf-event.ts';
import { refused } from './refusal.ts';
import { sectionOf } from './sections.ts';

/** To a perf event of every online CPU, as the section `perf_event/type=T,config=C,frequency=F` describes it. */
export const attachPerfEvent: Attacher = (context, { name, section, pointer }, link) => {
  const { native } = context;
  const event = parsePerfEventSection(section);
  if (typeof event === 'string') throw notAttached(name, section, event);
  for (const cpu of onlineCpus()) {
    const fd = openPerfEvent(native, event, cpu);
    if (fd < 0) {
      const object = `program "${name}" to ${section} on CPU ${cpu}`;
      throw refused(context, {
        code: 'program_attach',
        operation: 'attach',
        object,
        errno: -fd,
        section: sectionOf(section),
        warnings: [],
      });
    }
    try {
      link(() => native.bpf.bpf_program__attach_perf_event(pointer, fd));
    } catch (thrown) {
      native.c.close(fd); // a link would own it
      throw thrown;
    }
  }
};
