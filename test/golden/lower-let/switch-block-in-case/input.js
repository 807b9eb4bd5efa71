(function () {
  'use strict';
  switch (2) {
    case 2: {
      const value = 1;
      log(value);
    }
  }
})();
