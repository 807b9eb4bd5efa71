(function () {
  'use strict';
  try {
    for (const i = 0; i < 2; i++) log(i);
  } catch (error) {
    log(error.name);
  }
})();
