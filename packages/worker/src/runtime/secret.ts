/** A secret as bundles have it: nothing. Its value comes to the tasks that may know it, as a variable or a file. */
export class Secret {
  static env(): Secret {
    return new Secret();
  }

  static file(): Secret {
    return new Secret();
  }
}
