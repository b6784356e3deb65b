#!/usr/bin/env python3
"""The ten digits, spoken by espeak-ng in Indonesian and English, as a C table for src/web/captcha_sound.c.

    captcha_clips.py OUT.h

Mono, 8 kHz, unsigned 8 bit, without the silence around them. Run by the build; the server itself speaks nothing.
"""
import array
import io
import math
import pathlib
import subprocess
import sys
import wave

RATE = 8000
VOICES = [("id", "id", "nol satu dua tiga empat lima enam tujuh delapan sembilan"),
          ("en", "en", "zero one two three four five six seven eight nine")]


def spoken(voice, word):
    done = subprocess.run(["espeak-ng", "-v", voice, "-s", "130", "--stdout", word], check=True, stdout=subprocess.PIPE)
    with wave.open(io.BytesIO(done.stdout)) as w:
        if w.getnchannels() != 1 or w.getsampwidth() != 2:
            sys.exit("captcha_clips: espeak-ng does not give 16 bit mono")
        samples = array.array("h")
        # the length in the head is not filled in when it writes to a pipe
        samples.frombytes(done.stdout[44:len(done.stdout) // 2 * 2])
        return w.getframerate(), samples


def lower(rate, samples):
    """A windowed sinc, cut at 3.6 kHz, read at the new rate."""
    half, step, cut = 24, rate / RATE, 3600 / rate
    out = []
    for i in range(int(len(samples) / step)):
        at = i * step
        total = 0.0
        for k in range(max(0, int(at) - half), min(len(samples), int(at) + half)):
            x = k - at
            sinc = 2 * cut if abs(x) < 1e-9 else math.sin(2 * math.pi * cut * x) / (math.pi * x)
            total += samples[k] * sinc * (0.5 + 0.5 * math.cos(math.pi * x / (half + 1)))
        out.append(total)
    return out


def clip(voice, word):
    out = lower(*spoken(voice, word))
    most = max(abs(x) for x in out)
    loud = [i for i, x in enumerate(out) if abs(x) > most * 0.02]
    out = out[loud[0]:loud[-1] + 1]
    return bytes(max(0, min(255, 128 + round(x * 100 / most))) for x in out)


def main():
    lines, rows = [], []
    for lang, voice, words in VOICES:
        for n, word in enumerate(words.split()):
            data = clip(voice, word)
            lines.append("static const unsigned char captcha_clip_%s_%d[] = {%s};" % (lang, n, ",".join(map(str, data))))
            rows.append("\t{captcha_clip_%s_%d, %d}," % (lang, n, len(data)))
    pathlib.Path(sys.argv[1]).write_text(
        "enum { CAPTCHA_RATE = %d };\nstruct captcha_clip { const unsigned char *samples; unsigned n; };\n%s\n"
        "static const struct captcha_clip captcha_clips[] = {\n%s\n};\n" % (RATE, "\n".join(lines), "\n".join(rows)), encoding="ascii")


main()
