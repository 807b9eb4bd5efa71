(function () {
  'use strict';
  const values = [1, 2];
  (async () => {
    for (const value of values) {
      const twice = await (value * 2);
      log(twice);
    }
  })();
})();
