const text = 'Grüße, 世界 🙂';
say(text, `${text}: ä`, 'plain', { 'ö': 'ü' }['ö'], text === 'Gr\u00fc\u00dfe, \u4e16\u754c \ud83d\ude42');
