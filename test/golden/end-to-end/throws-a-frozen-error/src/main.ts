throw Object.freeze(new TypeError(''));
