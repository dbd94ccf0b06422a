using System.Security.Cryptography;
using System.Text;
using LogBroker.Client.Admin.Calls;
using LogBroker.Client.Security;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Client;

/// <summary>Which hash a SCRAM credential is made with; the values are the protocol's.</summary>
public enum ScramMechanism
{
    /// <summary>One this client does not know.</summary>
    Unknown = 0,

    /// <summary>SCRAM-SHA-256.</summary>
    Sha256 = 1,

    /// <summary>SCRAM-SHA-512.</summary>
    Sha512 = 2,
}

/// <summary>A SCRAM credential, without its secret.</summary>
/// <param name="Mechanism">The hash it is made with.</param>
/// <param name="Iterations">How many rounds protect the password.</param>
public sealed record ScramCredential(ScramMechanism Mechanism, int Iterations);

/// <summary>Users that authenticate by SCRAM (KIP-554).</summary>
public sealed class ScramUserAdmin
{
    private const int SaltBytes = 16;
    private const int DefaultIterations = 8192;

    private readonly AdminCalls _calls;

    internal ScramUserAdmin(AdminCalls calls) => _calls = calls;

    /// <summary>The credentials users have.</summary>
    /// <param name="users">Of which users; null for all that have one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<AdminResults<string, IReadOnlyList<ScramCredential>>> DescribeAsync(
        IReadOnlyCollection<string>? users = null, CancellationToken cancellationToken = default)
    {
        const string What = "Describing the credentials of user";
        var request = new DescribeUserScramCredentialsRequest
        {
            Users = users is null ? null : [.. users.Select(user => new DescribeUserScramCredentialsRequest.UserName { Name = user })],
        };
        var response = await _calls.AnyAsync(
            "Describing users", request, answer => (answer.ErrorCode, answer.ErrorMessage), cancellationToken).ConfigureAwait(false);
        var results = new AdminResults<string, IReadOnlyList<ScramCredential>>(What);
        foreach (var user in response.Results)
        {
            results.Add(Answers.Of<string, IReadOnlyList<ScramCredential>>(
                user.User,
                user.ErrorCode,
                user.ErrorMessage,
                What,
                () =>
                [
                    .. user.CredentialInfos.Select(
                        credential => new ScramCredential((ScramMechanism)credential.Mechanism, credential.Iterations)),
                ]));
        }
        return results;
    }

    /// <summary>Gives a user a password, in place of any before. The password itself is not sent.</summary>
    /// <param name="user">The user.</param>
    /// <param name="password">The password.</param>
    /// <param name="mechanism">The hash it is kept with.</param>
    /// <param name="iterations">How many rounds protect it: 4096 to 16384.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="KafkaException">The broker refuses it (<see cref="ErrorCode.UnacceptableCredential"/>).</exception>
    public Task UpsertAsync(
        string user,
        string password,
        ScramMechanism mechanism,
        int iterations = DefaultIterations,
        CancellationToken cancellationToken = default)
    {
        var hash = mechanism switch
        {
            ScramMechanism.Sha256 => ScramHash.Sha256,
            ScramMechanism.Sha512 => ScramHash.Sha512,
            _ => throw new ArgumentOutOfRangeException(nameof(mechanism), mechanism, "Sha256 or Sha512."),
        };
        byte[] salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return AlterAsync(
            new AlterUserScramCredentialsRequest
            {
                Upsertions =
                [
                    new()
                    {
                        Name = user,
                        Mechanism = (sbyte)mechanism,
                        Iterations = iterations,
                        Salt = salt,
                        SaltedPassword = hash.Salted(Encoding.UTF8.GetBytes(password), salt, iterations),
                    },
                ],
            },
            cancellationToken);
    }

    /// <summary>Takes a credential from a user.</summary>
    /// <exception cref="KafkaException">The user has none (<see cref="ErrorCode.ResourceNotFound"/>).</exception>
    public Task DeleteAsync(string user, ScramMechanism mechanism, CancellationToken cancellationToken = default) => AlterAsync(
        new AlterUserScramCredentialsRequest { Deletions = [new() { Name = user, Mechanism = (sbyte)mechanism }] }, cancellationToken);

    private async Task AlterAsync(AlterUserScramCredentialsRequest request, CancellationToken cancellationToken)
    {
        const string What = "Changing the credentials of user";
        var response = await _calls.AnyAsync(What, request, _ => (ErrorCode.None, null), cancellationToken).ConfigureAwait(false);
        var results = new AdminResults<string, bool>(What);
        foreach (var user in response.Results) results.Add(Answers.Of(user.User, user.ErrorCode, user.ErrorMessage, What));
        results.ThrowIfAnyFailed();
    }
}
