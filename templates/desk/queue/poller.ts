/** The open desk looks for news once a minute: whether there is any or not, by the same call. */

export const LOOK_MS = 60_000;
const MOST_MS = 15 * LOOK_MS;

/** Runs `look` a minute after the last one ended, later and later while it fails. */
export class Poller {
  private timer = 0;
  private wait = LOOK_MS;
  private stopped = false;

  constructor(private readonly look: () => Promise<void>, private readonly failed: (error: unknown) => void) {}

  start(): void {
    this.timer = window.setTimeout(() => void this.go(), this.wait);
  }

  stop(): void {
    this.stopped = true;
    window.clearTimeout(this.timer);
  }

  private async go(): Promise<void> {
    try {
      await this.look();
      this.wait = LOOK_MS;
    } catch (error) {
      if (this.stopped) return;
      this.wait = Math.min(this.wait * 2, MOST_MS);
      this.failed(error);
    }
    if (!this.stopped) this.start();
  }
}

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function isChanged(control: Control): boolean {
  if (control instanceof HTMLSelectElement) return control.selectedIndex > 0 && control.selectedOptions[0]?.defaultSelected === false;
  if (control instanceof HTMLInputElement && ["checkbox", "radio"].includes(control.type)) return control.checked !== control.defaultChecked;
  return control.value !== control.defaultValue;
}

/** Whether somebody has begun to fill in something in this place, or is about to. */
export function isBeingFilled(place: HTMLElement): boolean {
  const controls = [...place.querySelectorAll<Control>("input, textarea, select")];
  return controls.some((control) => control === document.activeElement || isChanged(control));
}
