int main(void) { return 0; } /* not an image, whatever it is called */
