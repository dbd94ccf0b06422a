using System.Text.Json;
using System.Text.Json.Serialization;

namespace LogBroker.AdminCli.Profiles;

/// <summary>Where profiles are kept: <c>$XDG_CONFIG_HOME/logbroker/profiles.json</c>, or <c>~/.config/...</c>; the variable
/// <c>LOGBROKER_PROFILES</c> names another file.</summary>
internal sealed class ProfileFile(string path)
{
    public const string Variable = "LOGBROKER_PROFILES";

    public string Path { get; } = path;

    public static ProfileFile Of(IReadOnlyDictionary<string, string> environment)
    {
        if (environment.GetValueOrDefault(Variable) is { Length: > 0 } named) return new ProfileFile(named);
        string config = environment.GetValueOrDefault("XDG_CONFIG_HOME") is { Length: > 0 } home
            ? home
            : System.IO.Path.Combine(environment.GetValueOrDefault("HOME") ?? ".", ".config");
        return new ProfileFile(System.IO.Path.Combine(config, "logbroker", "profiles.json"));
    }

    /// <summary>What the file holds; nothing, when it is not there.</summary>
    /// <exception cref="CommandException">It cannot be read.</exception>
    public ProfileBook Read()
    {
        if (!File.Exists(Path)) return new ProfileBook();
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(Path), ProfileJson.Default.ProfileBook) ?? new ProfileBook();
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"The profiles in {Path} cannot be read: {e.Message}", "Mend the file, or remove it and add the profiles again.");
        }
    }

    /// <summary>Writes the file anew, for its owner's eyes only: it may hold passwords.</summary>
    /// <exception cref="CommandException">It cannot be written.</exception>
    public void Write(ProfileBook book)
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!);
            string next = Path + ".next";
            // One that is left from a crash may be for other eyes; a new one never is, not for a moment.
            File.Delete(next);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var file = new FileStream(next, options))
            {
                JsonSerializer.Serialize(file, book, ProfileJson.Default.ProfileBook);
                file.Flush(flushToDisk: true);
            }
            File.Move(next, Path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"The profiles could not be written to {Path}: {e.Message}", null);
        }
    }
}

/// <summary>How profiles are written.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProfileBook))]
internal sealed partial class ProfileJson : JsonSerializerContext;
