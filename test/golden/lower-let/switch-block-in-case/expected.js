(function () {
  'use strict';
  switch (2) {
    case 2: {
      var value = 1;
      log(value);
    }
  }
})();
