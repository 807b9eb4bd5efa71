const tag = (parts, ...values) => parts.map((part, i) => part + (values[i] ?? '')).join('|') + parts.raw.join('#');
say(tag`a${1}b\n${'two'}`, tag`plain`);
