(function () {
  'use strict';
  for (var kind of [0, 1, 0]) {
    try {
      switch (kind) {
        case 0:
          let value = 1;
        case 1:
          value = 5;
          log(value);
      }
    } catch (error) {
      log(error.name);
    }
  }
})();
