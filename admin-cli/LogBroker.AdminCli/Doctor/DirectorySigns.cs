namespace LogBroker.AdminCli.Doctor;

/// <summary>What a broker leaves in the directory of its data.</summary>
internal static class DirectorySigns
{
    public static readonly IReadOnlyList<string> Names = ["meta.properties", ".lock", "recovery-point-offset-checkpoint"];

    /// <summary>Whether a broker of this machine has, or had, a directory for its data.</summary>
    public static bool HasAny(string directory) => Names.Any(name => File.Exists(Path.Combine(directory, name)));
}
